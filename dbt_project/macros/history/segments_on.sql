{#- A query for who was in which segment before a date, or on it with `comparison` '<=', as a table of changes tells it:
    (segmentation, customer_id, segment_id). `as_of` is a date, 'YYYY-MM-DD'. -#}
{% macro segments_on(changes, as_of, segmentations, comparison='<') %}
    select
        segmentation,
        customer_id,
        segment_id
    from (
        select
            segmentation,
            customer_id,
            segment_id,
            row_number() over (partition by segmentation, customer_id order by valid_from desc) as place

        from {{ changes }}
        where customer_id is not null
            and segmentation in ('{{ segmentations | join("', '") }}')
            and valid_from {{ comparison }} date '{{ as_of }}'
    ) as placed
    where place = 1
        and segment_id is not null
{% endmacro %}
