{#- The dates on which each segmentation was scored, with the previous date and whether the model changed in
    between: rows of (segmentation, to_date, from_date, is_new_model). Dates from an earlier version of this
    package are known only by the changes of that day. -#}
{% macro scored_dates() %}
    select
        segmentation,
        valid_from as to_date,
        lag(valid_from) over (partition by segmentation order by valid_from) as from_date,
        coalesce(model_id, '') <> coalesce(lag(model_id) over (partition by segmentation order by valid_from), '') as is_new_model
    from (
        select
            segmentation,
            valid_from,
            max(model_id) as model_id

        from {{ ref('warehouse_segmentation', 'int_segmentation__segment_changes') }}
        where segmentation is not null
        group by
            segmentation,
            valid_from
    ) as scored
{% endmacro %}
