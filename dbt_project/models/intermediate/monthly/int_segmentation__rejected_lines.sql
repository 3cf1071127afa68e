{%- set replaced_from = warehouse_segmentation.replaced_from() -%}
{{- warehouse_segmentation.check_months(replaced_from) -}}

with

rejected_lines as (

    select
        customer_id,
        case when reason is null then 'value' else 'row' end as scope,
        coalesce(reason, value_reason) as reason,
        record,
        order_month

    from {{ ref('warehouse_segmentation', 'int_segmentation__order_lines') }}
    where reason <> 'before_lookback'
        or value_reason is not null

)

select * from rejected_lines
{{ warehouse_segmentation.emptied_months('rejected_lines', ['customer_id', 'scope', 'reason', 'record'], replaced_from) }}
