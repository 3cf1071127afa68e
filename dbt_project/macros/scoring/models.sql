{#- The active model of each segmentation, from `models_of`: scoring follows the model, never settings edited after
    its fit. `segment backfill` names the models of an earlier date in the variable scoring_models, {segmentation:
    model_id}. -#}
{% macro active_models() %}
  {%- set of_a_date = var('scoring_models', none) -%}
  {%- if of_a_date is none -%}
    {{- return(warehouse_segmentation.models_with_status('active')) -}}
  {%- endif -%}
  {%- set query -%}
    select segmentation, model_id, spec
    from {{ ref('warehouse_segmentation', 'int_segmentation__model_runs') }}
    where model_id in ('{{ of_a_date.values() | join("', '") }}')
  {%- endset -%}
  {{- return(warehouse_segmentation.models_of(query)) -}}
{% endmacro %}

{#- A registry table: the columns it has and no rows. dbt creates it once, empty; `segment fit` appends
    to it; neither a rebuild nor --full-refresh touches what is in it. -#}
{% macro registry_rows(columns) %}
select
    {%- for name, type in columns.items() %}
    cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
where false
{% endmacro %}

{#- The version of the registry's tables. The Python package writes it and refuses another one. -#}
{% macro registry_schema_version() %}{{ return(4) }}{% endmacro %}

{#- Says which segmentations could be fitted and never were: their customers are all in segment 0. -#}
{% macro warn_about_unfitted() %}
  {%- set settings = ref('warehouse_segmentation', 'int_segmentation__segmentation_settings') -%}
  {%- set models = ref('warehouse_segmentation', 'segment_models') -%}
  {%- if execute and flags.WHICH in ['run', 'build'] and load_relation(settings) is not none and load_relation(models) is not none -%}
    {%- set query -%}
      select settings.segmentation
      from {{ settings }} as settings
      left join {{ models }} as models
        on settings.segmentation = models.segmentation
        and models.status = 'active'
      where models.model_id is null
        and settings.skip_reason is null
      order by settings.position
    {%- endset -%}
    {%- set waiting = run_query(query).columns[0].values() -%}
    {%- if waiting -%}
      {%- do exceptions.warn('warehouse_segmentation: no model yet for ' ~ waiting | join(', ') ~ ': every customer is in segment 0. Run `segment fit`.') -%}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}

{#- The newest model with a status, for each segmentation that has one, from `models_of`. -#}
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

{#- What scoring needs of models, {segmentation: {model_id, population, segment_ids, columns}}, where `query` has rows
    of (segmentation, model_id, spec), one per segmentation. Empty without a query, and while there is no registry.
    -#}
{% macro models_of(query) %}
  {%- set models = {} -%}
  {%- set runs = ref('warehouse_segmentation', 'int_segmentation__model_runs') -%}
  {%- set features = ref('warehouse_segmentation', 'int_segmentation__model_features') -%}
  {%- set centroids = ref('warehouse_segmentation', 'int_segmentation__model_centroids') -%}
  {%- if execute and query is not none and load_relation(runs) is not none -%}
    {%- for row in run_query(query).rows -%}
      {%- set of_model = "model_id = '" ~ row[1] ~ "'" -%}
      {%- set ids = run_query('select distinct segment_id from ' ~ centroids ~ ' where ' ~ of_model ~ ' order by segment_id').columns[0].values() -%}
      {%- do models.update({row[0]: {
            'model_id': row[1],
            'population': fromjson(row[2]).population,
            'segment_ids': ids | map('int') | list,
            'columns': warehouse_segmentation.prepared_structure(features, of_model)}}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{- return(models) -}}
{% endmacro %}

{#- Stops where the active model of a segmentation needs features that the customers no longer have: nobody could be
    assigned, and the history would say that everyone left. -#}
{% macro stop_at_lost_features() %}
  {%- set models = warehouse_segmentation.active_models() -%}
  {%- set scorable = warehouse_segmentation.scorable_models(models) -%}
  {%- for segmentation, model in models.items() if segmentation in var('segmentations') and segmentation not in scorable -%}
    {%- do exceptions.raise_compiler_error(
          'The active model of ' ~ segmentation ~ ' (' ~ model.model_id ~ ') needs features that are gone, so nobody can be placed by it. Hint: run `segment fit` or `segment run`, which fit the features that there are.') -%}
  {%- endfor -%}
{% endmacro %}

{#- The model that placed the customers of a segmentation on the last date before this one, where another is active
    now, {segmentation: {model_id, population, segment_ids, columns}}. It shows which moves a new model causes. A
    model whose features today's customers no longer have is left out. The changes are looked up by their name in the
    graph: they are recorded after the models that ask, and a ref would be circular. -#}
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
        {{ warehouse_segmentation.models_on(changes, '(select as_of_date from ' ~ as_of ~ ')') }}
        ) as newest
        inner join {{ runs }} as runs on newest.model_id = runs.model_id
        inner join {{ states }} as states on newest.segmentation = states.segmentation
        where states.status = 'active' and states.model_id <> newest.model_id
      {%- endset -%}
      {%- do models.update(warehouse_segmentation.scorable_models(warehouse_segmentation.models_of(query))) -%}
    {%- endif -%}
  {%- endif -%}
  {{- return(models) -}}
{% endmacro %}
