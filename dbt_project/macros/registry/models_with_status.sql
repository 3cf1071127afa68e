{#- The newest model with a status of each segmentation that has one, as `models_of` tells them. -#}
{% macro models_with_status(status) %}
  {%- set states = ref('warehouse_segmentation', 'segment_models') -%}
  {%- set runs = ref('warehouse_segmentation', 'int_segmentation__model_runs') -%}
  {%- set query -%}
    select segmentation, model_id, spec
    from (
        select
            runs.segmentation,
            runs.model_id,
            runs.spec,
            row_number() over (partition by runs.segmentation order by runs.fitted_at desc, runs.model_id desc) as place
        from {{ runs }} as runs
        inner join {{ states }} as states on runs.model_id = states.model_id
        where states.status = '{{ status }}'
    ) as newest
    where place = 1
  {%- endset -%}
  {{- return(warehouse_segmentation.models_of(query if execute and load_relation(states) is not none else none)) -}}
{% endmacro %}
