{#- The bins that a model keeps of its features, in order, bounds and shares as texts that read back to the
    same numbers: [{position, feature, kind, lower, upper, level, share}]. -#}
{% macro model_bins(model) %}
  {%- set bins = [] -%}
  {%- set stored = ref('warehouse_segmentation', 'int_segmentation__model_bins') -%}
  {%- if execute and load_relation(stored) is not none -%}
    {#- the letter keeps dbt from reading a text as a number, which might lose digits -#}
    {%- set query -%}
      select
          feature,
          kind,
          't' || cast(lower as string) as lower,
          't' || cast(upper as string) as upper,
          't' || level as level,
          't' || cast(expected_share as string) as share
      from {{ stored }}
      where model_id = '{{ model.model_id }}'
      order by feature, bin
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
      {%- do bins.append({'position': bins | length + 1, 'feature': row[0], 'kind': row[1],
                          'lower': row[2][1:] if row[2] is not none else none, 'upper': row[3][1:] if row[3] is not none else none,
                          'level': row[4][1:] if row[4] is not none else none, 'share': row[5][1:]}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{- return(bins) -}}
{% endmacro %}
