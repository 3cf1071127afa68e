{{ config(materialized=warehouse_segmentation.staging_materialization('customers')) }}

{{ warehouse_segmentation.check_settings() }}
{{ warehouse_segmentation.check_input('customers') }}
{%- set types = warehouse_segmentation.input_types('customers') %}
{%- set conformed = warehouse_segmentation.conformed_columns('customers', types) %}
{%- set extras = warehouse_segmentation.extra_attributes() %}
{%- set bands = warehouse_segmentation.input_bands('customers') %}
{#- the extras that may fail to have the type that they should, each with its text column -#}
{%- set read_texts = {} %}
{%- for name in extras if name in bands or warehouse_segmentation.read_kind(warehouse_segmentation.read_entry('customers', name))
      or warehouse_segmentation.type_family(types.get(name, 'varchar')) == 'number' -%}
  {%- do read_texts.update({name: 'read_text_' ~ loop.index}) -%}
{%- endfor %}
{%- set given = warehouse_segmentation.given_columns('customers', types) -%}

with

source as (

    {{ warehouse_segmentation.input_rows('customers') }}

),

renamed as (

    select
        -- ids
        {{ conformed.customer_id }} as customer_id,

        -- strings
        {{ warehouse_segmentation.conformed_gender(conformed.gender) }} as gender,
        {{ conformed.country }} as country,

        -- numerics
        {{ conformed.age }} as age_given,
        {{ conformed.annual_income }} as annual_income,
        {{ warehouse_segmentation.finite(conformed.spending_score) }} as spending_score,

        -- timestamps
        {{ conformed.birth_date }} as birth_at,
        {{ conformed.signed_up_at }} as signed_up_at,

        -- as in the source, to say what was wrong
        {{ given.birth_date }} as birth_date_text,
        {{ given.age }} as age_text,
        {{ given.annual_income }} as annual_income_text,
        {{ given.spending_score }} as spending_score_text,
        {{ given.signed_up_at }} as signed_up_at_text

        {#- extra attributes #}
        {%- for name in extras %},
        {{ warehouse_segmentation.read_column('customers', name, 'attribute', types) }} as {{ warehouse_segmentation.attribute_column(name) }}
        {%- endfor %}
        {%- for name, text in read_texts.items() %},
        {{ warehouse_segmentation.raw_text(name, types) }} as {{ text }}
        {%- endfor %}

    from source

),

flagged as (

    select
        *,
        {{ warehouse_segmentation.is_stand_in('birth_at', is_birth=true) }} as is_stand_in_birth,
        {{ warehouse_segmentation.is_stand_in('signed_up_at') }} as is_stand_in_sign_up,
        case when not {{ warehouse_segmentation.is_stand_in('birth_at', is_birth=true) }} then cast(birth_at as date) end as birth_date,
        case when not {{ warehouse_segmentation.is_stand_in('signed_up_at') }} then
            cast({{ warehouse_segmentation.local_timestamp('signed_up_at', var('time_zone')) }} as date)
        end as signed_up_date,
        case when customer_id is null then 'missing_customer_id' end as reject_reason,
        {%- set unread = {'band': [], 'value': []} %}
        {%- for name, text in read_texts.items() -%}
          {%- do unread['band' if name in bands else 'value'].append(warehouse_segmentation.attribute_column(name) ~ ' is null and not '
                ~ warehouse_segmentation.says_nothing(text, 'varchar', warehouse_segmentation.read_entry('customers', name))) -%}
        {%- endfor %}
        {{ unread.band | join(' or ') or 'false' }} as has_unread_band,
        {{ unread.value | join(' or ') or 'false' }} as has_unread_value,
        {{ warehouse_segmentation.record_text(dict({
            'customer_id': 'customer_id', 'birth_date': 'birth_date_text', 'age': 'age_text', 'gender': 'gender',
            'annual_income': 'annual_income_text', 'spending_score': 'spending_score_text',
            'signed_up_at': 'signed_up_at_text', 'country': 'country'}, **read_texts), types) }} as record

    from renamed

)

select * from flagged
