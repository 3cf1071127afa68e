-- Within a segmentation the newest month adds up to all customers and to the month's revenue, and arrivals minus
-- departures are the difference from the customers at the beginning of the month.
with

as_of as (

    select
        as_of_date,
        {{ warehouse_segmentation.month_floor(warehouse_segmentation.add_days('as_of_date', -1)) }} as month_start

    from {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

),

whole as (

    select count(*) as customers
    from {{ ref('warehouse_segmentation', 'customer_features') }}

),

lines as (

    select coalesce(sum(case when lines.amount > 0 and lines.is_cancelled then 0 else lines.amount end), 0) as net_revenue
    from {{ ref('warehouse_segmentation', 'int_segmentation__used_lines') }} as lines
    inner join as_of
        on lines.ordered_date >= as_of.month_start
    where {{ warehouse_segmentation.in_told_month() }}

),

began as (

    select
        history.segment_key,
        count(*) as customers

    from {{ ref('warehouse_segmentation', 'segment_history') }} as history
    inner join as_of
        on history.valid_from <= as_of.month_start
        and (history.valid_to is null or history.valid_to > as_of.month_start)
    group by history.segment_key

),

months as (

    select
        months.segmentation,
        sum(months.customers) as customers,
        sum(months.net_revenue) as net_revenue,
        sum(case
            when months.customers <> coalesce(began.customers, 0) + months.customers_in - months.customers_out then 1
            else 0
        end) as wrong_moves

    from {{ ref('warehouse_segmentation', 'segment_months') }} as months
    -- where an earlier day is run again, the month is as of a later one
    inner join as_of
        on months.as_of_date = as_of.as_of_date
    left join began
        on months.segment_key = began.segment_key
    group by months.segmentation

)

select
    months.*,
    whole.customers as all_customers,
    lines.net_revenue as all_net_revenue

from months
cross join whole
cross join lines
where months.customers <> whole.customers
    or months.net_revenue <> lines.net_revenue
    or months.wrong_moves > 0
