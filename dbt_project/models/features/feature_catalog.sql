{#- It reads the types of the mapping and the relations, so it waits for the model that checks the relations, which
    waits for the one that checks the mapping. -#}
-- depends_on: {{ ref('warehouse_segmentation', 'customer_attributes') }}
{%- do warehouse_segmentation.check_feature_labels() %}
{%- set kinds = warehouse_segmentation.attribute_kinds() %}
{%- set income_currency = warehouse_segmentation.text_literal(
    warehouse_segmentation.read_entry('customers', 'annual_income').get('currency') | default('', true) | string | upper or 'money') %}
{%- set bands = warehouse_segmentation.input_bands('customers') %}

with

currencies as (

    select max(item) as currency
    from {{ ref('warehouse_segmentation', 'int_segmentation__input_figures') }}
    where measure = 'currency'

),

features as (

    {%- for feature in warehouse_segmentation.feature_definitions() %}
    select
        {{ warehouse_segmentation.text_literal(feature.name) }} as feature,
        {{ warehouse_segmentation.text_literal(warehouse_segmentation.feature_label(feature.name)) }} as label,
        {{ warehouse_segmentation.text_literal(feature.group) }} as feature_group,
        {{ warehouse_segmentation.text_literal(feature.kind) }} as kind,
        {{ warehouse_segmentation.text_literal(feature.unit) }} as unit,
        {{ warehouse_segmentation.text_literal(feature.source) }} as source,
        {{ warehouse_segmentation.text_literal(feature.definition) }} as definition,
        {{ warehouse_segmentation.text_literal(warehouse_segmentation.when_missing(feature)) }} as when_missing,
        'customer_features' as relation
    union all
    {%- endfor %}
    {%- for name in warehouse_segmentation.extra_attributes() %}
    select
        {{ warehouse_segmentation.text_literal(name) }},
        {{ warehouse_segmentation.text_literal(warehouse_segmentation.feature_label(name)) }},
        'attributes',
        '{{ kinds[name] }}',
        'as mapped',
        'customers',
        {{ warehouse_segmentation.text_literal('As mapped: ' ~ warehouse_segmentation.input_expressions('customers')[name]
            ~ (', the middle of its band' if name in bands else '')) }},
        {{ warehouse_segmentation.text_literal(warehouse_segmentation.when_missing({'kind': kinds[name], 'may_be_missing': true})) }},
        'customer_attributes'
    union all
    {%- endfor %}
    {%- for given in warehouse_segmentation.given_features() %}
    {%- for column in given.columns %}
    select
        {{ warehouse_segmentation.text_literal(column.name) }},
        {{ warehouse_segmentation.text_literal(warehouse_segmentation.feature_label(column.name)) }},
        'attributes',
        '{{ kinds[column.name] }}',
        'as given',
        {{ warehouse_segmentation.text_literal(given.name) }},
        {{ warehouse_segmentation.text_literal(column.definition) }},
        {{ warehouse_segmentation.text_literal(warehouse_segmentation.when_missing({'kind': kinds[column.name], 'may_be_missing': true})) }},
        'customer_attributes'
    union all
    {%- endfor %}
    {%- endfor %}
    select
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null
    where false

)

select
    cast(feature as string) as feature,
    cast(label as string) as label,
    cast(feature_group as string) as feature_group,
    cast(kind as string) as kind,
    cast(
        case
            when unit not like 'money%' then unit
            when source = 'transactions' then coalesce(currency, 'money') || substr(unit, 6)
            else {{ income_currency }} || substr(unit, 6)
        end
    as string) as unit,
    cast(source as string) as source,
    cast(definition as string) as definition,
    cast(nullif(when_missing, '') as string) as when_missing,
    cast(relation as string) as relation

from features
cross join currencies
