{#- The rules of a model that can be tried, [{segment_id, predicate}]. -#}
{% macro active_rules(model) %}
  {%- set rules = [] -%}
  {%- set stored = ref('warehouse_segmentation', 'int_segmentation__model_rules') -%}
  {%- if execute and load_relation(stored) is not none -%}
    {%- set query -%}
      select segment_id, sql_predicate
      from {{ stored }}
      where model_id = '{{ model.model_id }}' and sql_predicate is not null
      order by segment_id
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
      {%- do rules.append({'segment_id': row[0] | int, 'predicate': row[1]}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{- return(rules) -}}
{% endmacro %}
