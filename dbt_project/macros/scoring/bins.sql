{#- Whether a customer is in a bin of a feature; `bins` are all of that feature. -#}
{% macro in_bin(bin, bins) %}
  {%- set is_category = bins | selectattr('kind', 'in', ['level', 'other']) | list | length > 0 -%}
  {%- set value = warehouse_segmentation.feature_value(bin.feature, 'category' if is_category else 'numeric') -%}
  {%- if bin.kind == 'missing' -%}
    {{- return(value ~ ' is null') -}}
  {%- elif bin.kind == 'level' -%}
    {{- return(value ~ ' = ' ~ warehouse_segmentation.text_literal(bin.level)) -}}
  {%- elif bin.kind == 'other' -%}
    {%- set conditions = [] -%}
    {%- for sibling in bins if sibling.kind == 'level' -%}
      {%- do conditions.append(value ~ ' <> ' ~ warehouse_segmentation.text_literal(sibling.level)) -%}
    {%- endfor -%}
    {%- set has_missing = bins | selectattr('kind', 'equalto', 'missing') | list | length > 0 -%}
    {%- set known = conditions | join(' and ') or value ~ ' is not null' -%}
    {{- return(known if has_missing else '(' ~ known ~ ' or ' ~ value ~ ' is null)') -}}
  {%- endif -%}
  {%- set conditions = [] -%}
  {%- if bin.lower is not none -%}{%- do conditions.append(value ~ " > cast('" ~ bin.lower ~ "' as double)") -%}{%- endif -%}
  {%- if bin.upper is not none -%}{%- do conditions.append(value ~ " <= cast('" ~ bin.upper ~ "' as double)") -%}{%- endif -%}
  {{- return(conditions | join(' and ') or value ~ ' is not null') -}}
{% endmacro %}

{#- The bins that a model keeps of its features, in order, with bounds as texts that give back the same numbers:
    [{position, feature, bin, kind, lower, upper, level}]. -#}
{% macro model_bins(model) %}
  {%- set bins = [] -%}
  {%- set stored = ref('warehouse_segmentation', 'int_segmentation__model_bins') -%}
  {%- if execute and load_relation(stored) is not none -%}
    {#- the letter keeps dbt from reading a text as a number, which might lose digits -#}
    {%- set query -%}
      select
          feature,
          bin,
          kind,
          't' || cast(lower as string) as lower,
          't' || cast(upper as string) as upper,
          't' || level as level
      from {{ stored }}
      where model_id = '{{ model.model_id }}'
      order by feature, bin
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
      {%- do bins.append({'position': bins | length + 1, 'feature': row[0], 'bin': row[1] | int, 'kind': row[2],
                          'lower': row[3][1:] if row[3] is not none else none, 'upper': row[4][1:] if row[4] is not none else none,
                          'level': row[5][1:] if row[5] is not none else none}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{- return(bins) -}}
{% endmacro %}

{#- The model of each segmentation that drift is measured against: the previous one, on a date when another became
    active. A model that was promoted on the date itself learnt from that date, and would always find it stable. -#}
{% macro drift_models() %}
  {%- set models = warehouse_segmentation.scorable_models(warehouse_segmentation.active_models()) -%}
  {%- do models.update(warehouse_segmentation.models_before()) -%}
  {{- return(models) -}}
{% endmacro %}
