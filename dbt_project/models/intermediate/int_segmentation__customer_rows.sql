{%- set extras = warehouse_segmentation.extra_attributes() -%}
{%- set today = "date '" ~ run_started_at.strftime('%Y-%m-%d') ~ "'" -%}
{%- set birth_tokens = [] -%}
{%- for format in warehouse_segmentation.moment_formats(warehouse_segmentation.read_entry('customers', 'birth_date')) -%}
  {%- do birth_tokens.extend(warehouse_segmentation.format_parts(format) | map(attribute='text')) -%}
{%- endfor -%}

with

customers as (

    select * from {{ ref('warehouse_segmentation', 'stg_segmentation__customers') }}

),

as_of as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

),

-- Few customers have several rows: only these rows are sorted.
repeated_ids as (

    select customer_id
    from customers
    where customer_id is not null
    group by customer_id
    having count(*) > 1

),

repeated_rows as (

    select
        customers.*,
        as_of.as_of_date,
        row_number() over (
            partition by customers.customer_id
            order by
                -- of several rows, the most complete one that is not in the future is kept
                case when customers.signed_up_date >= as_of.as_of_date then 1 else 0 end,
                case when customers.birth_at is null and customers.age_given is null then 0 else 1 end
                + case when customers.gender is null then 0 else 1 end
                + case when customers.annual_income is null then 0 else 1 end
                + case when customers.spending_score is null then 0 else 1 end
                + case when customers.signed_up_at is null then 0 else 1 end
                + case when customers.country is null then 0 else 1 end
                {%- for name in extras %}
                + case when customers.{{ warehouse_segmentation.attribute_column(name) }} is null then 0 else 1 end
                {%- endfor %} desc,
                customers.record
                {%- for name in extras %},
                customers.{{ warehouse_segmentation.attribute_column(name) }} nulls last
                {%- endfor %}
        ) as occurrence

    from customers
    cross join as_of
    inner join repeated_ids
        on customers.customer_id = repeated_ids.customer_id

),

other_rows as (

    select
        customers.*,
        as_of.as_of_date,
        1 as occurrence

    from customers
    cross join as_of
    left join repeated_ids
        on customers.customer_id = repeated_ids.customer_id
    where repeated_ids.customer_id is null

),

numbered as (

    select * from repeated_rows
    union all
    select * from other_rows

),

born as (

    select
        *,
        {#- a two-digit year does not say the century: nobody is born in the future #}
        {%- if 'yy' in birth_tokens %}
        case when birth_date >= as_of_date then cast(birth_date - interval '100' year as date) else birth_date end as born_date
        {%- else %}
        birth_date as born_date
        {%- endif %}

    from numbered

),

aged as (

    select
        *,
        case
            when born_date is not null then
                year(as_of_date) - year(born_date)
                - case when month(as_of_date) * 100 + day(as_of_date) < month(born_date) * 100 + day(born_date) then 1 else 0 end
            else cast(floor(age_given) as bigint)
        end as computed_age

    from born

),

judged as (

    select
        *,
        case
            when reject_reason is not null then reject_reason
            when occurrence > 1 then 'duplicate_customer_id'
            when signed_up_date >= as_of_date and signed_up_date <= {{ today }} then 'future_date'
        end as reason,

        -- the reason for removing a single value; the customer is kept
        case
            when computed_age < 0 or computed_age > 120 then 'age_out_of_range'
            when is_stand_in_birth and computed_age is null then 'stand_in_date'
            when birth_at is null and not {{ warehouse_segmentation.says_nothing('birth_date_text', 'varchar', warehouse_segmentation.read_entry('customers', 'birth_date')) }} and age_given is null then 'unparsable_birth_date'
            when age_given is null and not {{ warehouse_segmentation.says_nothing('age_text', 'varchar', warehouse_segmentation.read_entry('customers', 'age')) }} and birth_at is null then 'unparsable_age'
        end as age_reason,
        case
            when annual_income < 0 then 'negative_income'
            when annual_income is null and not {{ warehouse_segmentation.says_nothing('annual_income_text', 'varchar', warehouse_segmentation.read_entry('customers', 'annual_income')) }} then 'unparsable_income'
        end as income_reason,
        case
            when spending_score is null and not {{ warehouse_segmentation.says_nothing('spending_score_text', 'varchar', warehouse_segmentation.read_entry('customers', 'spending_score')) }} then 'unparsable_spending_score'
        end as score_reason,
        case
            when is_stand_in_sign_up then 'stand_in_date'
            when signed_up_at < timestamp '1900-01-01 00:00:00' then 'implausible_sign_up'
            when signed_up_date >= as_of_date and signed_up_date > {{ today }} then 'future_sign_up'
            when signed_up_at is null and not {{ warehouse_segmentation.says_nothing('signed_up_at_text', 'varchar', warehouse_segmentation.read_entry('customers', 'signed_up_at')) }} then 'unparsable_sign_up'
        end as sign_up_reason,
        case when has_unread_band then 'unparsable_band' end as band_reason,
        case when has_unread_value then 'unparsable_value' end as value_reason

    from aged

)

select
    customer_id,
    case when age_reason is null then cast(computed_age as bigint) end as age,
    gender,
    case when income_reason is null then annual_income end as annual_income,
    spending_score,
    country,
    case when sign_up_reason is null then signed_up_date end as signed_up_date,
    reason,
    age_reason,
    income_reason,
    score_reason,
    sign_up_reason,
    band_reason,
    value_reason,
    record
    {%- for name in extras %},
    {{ warehouse_segmentation.attribute_column(name) }}
    {%- endfor %}

from judged
