"""Scripts that do the job without this project, as a competent person would write them."""
