{#- The model that placed the customers of a segmentation on the last date before this one, where another is active now,
    {segmentation: {model_id, population, segment_ids, columns}}. It is what a new model's moves are told apart by. A
    model whose features today's customers no longer have is left out. The changes are looked up by their name in the
    graph: they are recorded after everything that asks, and a ref would close a circle. -#}
{% macro models_before() %}
  {%- set models = {} -%}
  {%- if execute -%}
    {%- set states = ref('warehouse_segmentation', 'segment_models') -%}
    {%- set runs = ref('warehouse_segmentation', 'int_segmentation__model_runs') -%}
    {%- set as_of = ref('warehouse_segmentation', 'int_segmentation__as_of_date') -%}
    {%- set node = graph.nodes['model.warehouse_segmentation.int_segmentation__segment_changes'] -%}
    {%- set changes = adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias) -%}
    {%- if changes is not none and load_relation(states) is not none and load_relation(as_of) is not none -%}
      {%- set query -%}
        select runs.segmentation, runs.model_id, runs.spec
        from (
          select segmentation, model_id, row_number() over (partition by segmentation order by valid_from desc) as place
          from (
            select changes.segmentation, changes.valid_from, max(changes.model_id) as model_id
            from {{ changes }} as changes
            cross join {{ as_of }} as as_of
            where changes.segmentation is not null and changes.valid_from < as_of.as_of_date
            group by changes.segmentation, changes.valid_from
          ) as dates
        ) as newest
        inner join {{ runs }} as runs on newest.model_id = runs.model_id
        inner join {{ states }} as states on newest.segmentation = states.segmentation
        where newest.place = 1 and states.status = 'active' and states.model_id <> newest.model_id
      {%- endset -%}
      {%- for segmentation, model in warehouse_segmentation.models_of(query).items() if warehouse_segmentation.can_score(model) -%}
        {%- do models.update({segmentation: model}) -%}
      {%- endfor -%}
    {%- endif -%}
  {%- endif -%}
  {{- return(models) -}}
{% endmacro %}
