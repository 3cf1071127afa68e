{#- The first month whose order lines this build reads and whose rows it replaces, 'YYYY-MM-DD', or
    none when it reads them all. Known as text, so that engines skip what lies before. -#}
{% macro replaced_from() %}
  {%- set dates = ref('warehouse_segmentation', 'int_segmentation__as_of_date') -%}
  {%- if execute and load_relation(dates) is not none -%}
    {%- set found = run_query('select replaced_from_date from ' ~ dates).rows -%}
    {%- if found | length and found[0][0] is not none -%}{{- return(found[0][0] | string) -}}{%- endif -%}
  {%- endif -%}
  {{- return(none) -}}
{% endmacro %}
