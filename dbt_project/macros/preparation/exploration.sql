{#- The features that exploration looks at, all but those of kind `other`, each with a number for the
    names of its columns: [{position, name, kind, relation}]. -#}
{% macro explored_features() %}
  {%- set features = [] -%}
  {%- for feature in warehouse_segmentation.feature_definitions() -%}
    {%- do features.append({'position': features | length + 1, 'name': feature.name, 'kind': feature.kind, 'relation': 'customer_features'}) -%}
  {%- endfor -%}
  {%- for name, kind in warehouse_segmentation.attribute_kinds().items() if kind != 'other' -%}
    {%- do features.append({'position': features | length + 1, 'name': name, 'kind': kind, 'relation': 'customer_attributes'}) -%}
  {%- endfor -%}
  {{- return(features) -}}
{% endmacro %}

{#- The features as rows of (position, feature, kind), to turn a wide row into rows. -#}
{% macro feature_rows(features) %}
    select * from (values
        {%- for feature in features %}
        ({{ feature.position }}, {{ warehouse_segmentation.text_literal(feature.name) }}, '{{ feature.kind }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as features (position, feature, kind)
{% endmacro %}

{#- Whether a customer is in a uniform sample of about `size` out of `customers`, or everyone where there are fewer.
    The md5 of the id decides, so the same customers are drawn in every run and on every engine. -#}
{% macro in_sample(size, customers, customer_id='customer_id') %}
  {{- return(warehouse_segmentation.hash_uniform(var('seed'), customer_id) ~ ' < ' ~ size ~ '.0e0 / ' ~ customers) -}}
{% endmacro %}

{#- How many customers have each level of a category, NULL included: (level, customers). -#}
{% macro level_counts(feature) %}
    select
        {{ warehouse_segmentation.feature_value(feature.name, 'category') }} as level,
        count(*) as customers

    from {{ ref('warehouse_segmentation', feature.relation) }}
    group by 1 -- noqa: AM06
{% endmacro %}

{#- A readable bound of a bin, with the decimals that steps of 10 ^ `exponent` need. Engines write a DOUBLE
    differently, but a DECIMAL the same. -#}
{% macro edge_text(expression, exponent) %}
    coalesce(
        case
            when {{ exponent }} >= 0 then cast(try_cast({{ expression }} as decimal(38, 0)) as string)
            {%- for decimals in range(1, 7) %}
            when {{ exponent }} = -{{ decimals }} then cast(try_cast({{ expression }} as decimal(38, {{ decimals }})) as string)
            {%- endfor %}
        end,
        cast({{ expression }} as string)
    )
{%- endmacro %}

{#- A share from 0 to 1 as whole percent for a sentence: '87 %'. -#}
{% macro percent_text(share) %}
  {{- return('cast(cast(round(100 * ' ~ share ~ ') as int) as string) || \' %\'') -}}
{% endmacro %}
