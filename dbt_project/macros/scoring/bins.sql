{#- How many customers of a segmentation's population are in each bin of its model today, beside the share that
    was there at the fit: rows of (segmentation, model_id, feature, expected_share, customers,
    population_customers). One pass over the customers for all bins. -#}
{% macro count_bins(segmentation, model, bins) %}
    with

    counted as (

        select
            count(*) as population_customers
            {%- for bin in bins %},
            {%- set siblings = bins | selectattr('feature', 'equalto', bin.feature) | list %}
            count(case when {{ warehouse_segmentation.in_bin(bin, siblings) }} then 1 end) as customers_{{ bin.position }}
            {%- endfor %}

        from {{ ref('warehouse_segmentation', 'int_segmentation__customer_columns') }}
        where {{ warehouse_segmentation.in_population(model.population) }}

    ),

    bins as (

        select * from (values
            {%- for bin in bins %}
            ({{ bin.position }}, {{ warehouse_segmentation.text_literal(bin.feature) }}, cast('{{ bin.share }}' as double)){{ ',' if not loop.last }}
            {%- endfor %}
        ) as bins (position, feature, expected_share)

    )

    select
        '{{ segmentation }}' as segmentation,
        '{{ model.model_id }}' as model_id,
        bins.feature,
        bins.expected_share,
        {{- warehouse_segmentation.of_position('customers', bins | map(attribute='position') | list) }} as customers,
        counted.population_customers

    from counted
    cross join bins
{% endmacro %}

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

{#- The bins of a model's features, in order, with bounds and shares as texts that give back the same numbers:
    [{position, feature, kind, lower, upper, level, share}]. -#}
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

{#- The model of each segmentation that drift is measured against: the previous one, on a date when another became
    active. A model that was promoted on the date itself learnt from that date, and would always find it stable. -#}
{% macro drift_models() %}
  {%- set models = {} -%}
  {%- for segmentation, model in warehouse_segmentation.active_models().items() if warehouse_segmentation.can_score(model) -%}
    {%- do models.update({segmentation: model}) -%}
  {%- endfor -%}
  {%- do models.update(warehouse_segmentation.models_before()) -%}
  {{- return(models) -}}
{% endmacro %}
