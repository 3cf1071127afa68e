{#- Stops where an input reads a UTF-8 copy of a file that has changed since. `segment run` renews the copy; dbt
    cannot, and an old copy would give old numbers. The name, size and time of change of the source are kept
    beside the copy, and a file is the same while these are. Generating documentation needs no data, so it is not
    stopped. -#}
{% macro check_recoded_copy(config, variable) %}
  {%- set recoded = config.get('recoded_from') -%}
  {%- if recoded is not none and flags.WHICH not in ['compile', 'generate'] -%}
    {%- set variable = variable ~ '.recoded_from' -%}
    {%- if recoded is not mapping or recoded.get('file') is not string or recoded.get('copy') is not string -%}
      {%- do warehouse_segmentation.fail(variable, 'must have a file, its encoding and the copy of it, as `segment init` writes them') -%}
    {%- endif -%}
    {%- set found = warehouse_segmentation.recoded_copy_state(recoded) -%}
    {%- set copy = 'the copy of ' ~ recoded.file ~ ' in UTF-8, ' ~ recoded['copy'] ~ ',' -%}
    {%- if found.sources == 0 -%}
      {%- do warehouse_segmentation.fail(variable, 'the file ' ~ recoded.file ~ ' is not there, of which the input reads a copy; put it back') -%}
    {%- elif not found.is_complete -%}
      {%- do warehouse_segmentation.fail(variable, copy ~ ' is not there or not complete; run `segment run`, which makes it anew') -%}
    {%- elif not found.is_current -%}
      {%- do warehouse_segmentation.fail(variable, copy ~ ' is older than the file; run `segment run`, which makes it anew') -%}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}
