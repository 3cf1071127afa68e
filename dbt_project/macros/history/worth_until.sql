{#- A query for what customers had brought until a date, 'YYYY-MM-DD', as the lines are known now: (customer_id,
    net_revenue), without those who had no line. It is the net_revenue that customer_features has as of that date. -#}
{% macro worth_until(as_of) %}
    select
        customer_id,
        cast(sum(case when amount > 0 and is_cancelled then 0 else amount end) as decimal(18, 4)) as net_revenue

    from {{ ref('warehouse_segmentation', 'int_segmentation__order_lines') }}
    where reason is null
        and ordered_date < date '{{ as_of }}'
        {%- if var('lookback_days', none) is not none %}
        and ordered_date >= {{ warehouse_segmentation.add_days("date '" ~ as_of ~ "'", -var('lookback_days')) }}
        {%- endif %}
    group by customer_id
{% endmacro %}
