{#- The rows of int_segmentation__segment_changes on a date that `segment backfill` inserts, or on one that follows it.

    `present` is a query for who is where on that date (segmentation, customer_id, segment_id), `changes` the table of
    the changes before it, `models` the model that scores each segmentation, or none. Segmentations that are not named
    are left alone, while the model compares those too that a project no longer asks for. -#}
{% macro backfilled_changes(present, changes, as_of, models, is_new_date) %}
    with

    present as (
        {{ present }}
    ),

    previous as (
        {{ warehouse_segmentation.segments_on(changes, as_of, models.keys()) }}
    ),

    models as (

        {%- for segmentation, model_id in models.items() %}
        select
            '{{ segmentation }}' as segmentation,
            cast({{ 'null' if model_id is none else "'" ~ model_id ~ "'" }} as string) as model_id
        {{ 'union all' if not loop.last }}
        {%- endfor %}

    ),

    changed as (

        select
            coalesce(present.segmentation, previous.segmentation) as segmentation,
            coalesce(present.customer_id, previous.customer_id) as customer_id,
            present.segment_id,
            previous.segment_id as previous_segment_id

        from present
        full outer join previous
            on present.segmentation = previous.segmentation
            and present.customer_id = previous.customer_id
        where coalesce(present.segment_id, -1) <> coalesce(previous.segment_id, -1)

    ),

    with_markers as (

        select
            changed.segmentation,
            changed.customer_id,
            changed.segment_id,
            changed.previous_segment_id,
            case when changed.segment_id is not null then models.model_id end as model_id

        from changed
        inner join models
            on changed.segmentation = models.segmentation

        union all

        select
            segmentation,
            null,
            null,
            null,
            model_id
        from models

        {%- if is_new_date %}

        union all

        select
            null,
            null,
            null,
            null,
            null
        {%- endif %}

    )

    select
        cast(segmentation as string) as segmentation,
        cast(customer_id as string) as customer_id,
        cast(segment_id as int) as segment_id,
        cast(previous_segment_id as int) as previous_segment_id,
        cast(model_id as string) as model_id,
        date '{{ as_of }}' as valid_from

    from with_markers
{% endmacro %}
