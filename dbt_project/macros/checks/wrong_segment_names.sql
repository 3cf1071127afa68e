{#- What is wrong with a relation of segment names: rows of (segmentation, segment_id, problem). A name of NULL is none. -#}
{% macro wrong_segment_names(relation) %}
  {%- set runs = ref('warehouse_segmentation', 'int_segmentation__model_runs') -%}
  {%- set segments = ref('warehouse_segmentation', 'int_segmentation__model_segments') -%}
  {%- set is_fitted = not execute or (load_relation(runs) is not none and load_relation(segments) is not none) -%}
    select
        names.segmentation,
        names.segment_id,
        case
            when count(*) > 1
                then 'segment ' || coalesce(cast(names.segment_id as string), 'NULL') || ' of ' || coalesce(names.segmentation, 'NULL') || ' has '
                    || cast(count(*) as string) || ' names; leave one'
            else 'there is no segment ' || coalesce(cast(names.segment_id as string), 'NULL') || ' of ' || coalesce(names.segmentation, 'NULL')
                || ' to be called ' || min(names.segment_name) || '; correct the number, or leave the name out'
        end as problem
    from (
        select
            cast(segmentation as string) as segmentation,
            cast(segment_id as int) as segment_id,
            cast(segment_name as string) as segment_name
        from {{ relation }}
        where segment_name is not null
    ) as names
    {%- if is_fitted %}
    left join (
        select distinct runs.segmentation, segments.segment_id
        from {{ segments }} as segments
        inner join {{ runs }} as runs on segments.model_id = runs.model_id
        union
        select distinct segmentation, 0
        from {{ runs }}
    ) as known
        on names.segmentation = known.segmentation
        and names.segment_id = known.segment_id
    cross join (select count(*) as models from {{ runs }}) as fits
    group by
        names.segmentation,
        names.segment_id
    having count(*) > 1 or (max(fits.models) > 0 and count(known.segment_id) = 0)
    {%- else %}
    group by
        names.segmentation,
        names.segment_id
    having count(*) > 1
    {%- endif %}
{% endmacro %}
