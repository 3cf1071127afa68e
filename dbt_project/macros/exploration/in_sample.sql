{#- Whether a customer is in a uniform sample of about `size` out of `customers`, everybody where there
    are fewer: the md5 of the id decides, so the same ones come back in every run and on every engine. -#}
{% macro in_sample(size, customers, customer_id='customer_id') %}
  {{- return(warehouse_segmentation.hash_uniform(var('seed'), customer_id) ~ ' < ' ~ size ~ '.0e0 / ' ~ customers) -}}
{% endmacro %}
