{#- Every customer's nearest and second nearest segment under one model: one pass over the customers beside a one-row
    table of the preparation and the centroids. Distances are Euclidean in the prepared space; on a tie the smaller
    segment_id wins. `among` is a query of customer_ids, to score only those. -#}
{% macro score_customers(segmentation, model, among=none) %}
{%- set customers = ref('warehouse_segmentation', 'int_segmentation__customer_columns') -%}
{%- set ids = model.segment_ids -%}
{%- set asked = 'and customer_id in (' ~ among ~ ')' if among else '' -%}
    with

    parameters as (

        select
        {{ warehouse_segmentation.preparation_parameters(model.columns) }}

        from {{ ref('warehouse_segmentation', 'int_segmentation__model_features') }}
        where model_id = '{{ model.model_id }}'

    ),

    centroids as (

        select
        {%- for id in ids %}
        {%- set outer_loop = loop %}
        {%- for column in model.columns %}
        max(case when segment_id = {{ id }} and position = {{ column.position }} then centroid end) as c_{{ id }}_{{ column.position }}
        {{- ',' if not (loop.last and outer_loop.last) }}
        {%- endfor %}
        {%- endfor %}

        from {{ ref('warehouse_segmentation', 'int_segmentation__model_centroids') }}
        where model_id = '{{ model.model_id }}'

    ),

    -- how far from its centroid a customer may be before it is an outlier, counting values beyond the caps in full
    bounds as (

        select
        {%- for id in ids %}
        max(case when segment_id = {{ id }} then outlier_bound end) as bound_{{ id }}{{ ',' if not loop.last }}
        {%- endfor %}

        from {{ ref('warehouse_segmentation', 'int_segmentation__model_segments') }}
        where model_id = '{{ model.model_id }}'

    ),

    prepared as (

        select
            customers.customer_id
            {%- for column in model.columns %},
            {{ warehouse_segmentation.prepared_column(column, model.columns) }} as x_{{ column.position }},
            {{ warehouse_segmentation.beyond_cap(column) }} as beyond_{{ column.position }}
            {%- endfor %}

        from (
            select * from {{ customers }}
            where {{ warehouse_segmentation.in_population(model.population) }} {{ asked }}
        ) as customers
        cross join parameters

    ),

    squared as (

        select
            customer_id,
            {{ warehouse_segmentation.squared_length('beyond_', model.columns) }} as squared_beyond,
            {{ warehouse_segmentation.squared_distances(ids, model.columns) }}

        from prepared
        cross join centroids

    ),

    nearest as (

        select
            *,
            {{ warehouse_segmentation.smallest_of(ids) }} as d_first

        from squared

    ),

    placed as (

        select
            *,
            {{ warehouse_segmentation.nearest_of(ids) }} as first_id

        from nearest

    ),

    {%- if ids | length > 1 %}

    second_nearest as (

        select
            *,
            least(
                {%- for id in ids %}
                case when first_id <> {{ id }} then d_{{ id }} end{{ ',' if not loop.last }}
                {%- endfor %}
            ) as d_second

        from placed

    ),
    {%- else %}

    second_nearest as (

        select
            *,
            cast(null as double) as d_second

        from placed

    ),
    {%- endif %}

    scored as (

        select
            customer_id,
            first_id,
            sqrt(d_first) as distance,
            case
                {%- for id in ids %}
                when first_id <> {{ id }} and d_{{ id }} = d_second then {{ id }}
                {%- endfor %}
            end as second_id,
            sqrt(d_second) as second_distance,
            coalesce(sqrt(d_first) + sqrt(squared_beyond) > case first_id
                {%- for id in ids %}
                when {{ id }} then bound_{{ id }}
                {%- endfor %}
            end, false) as is_outlier

        from second_nearest
        cross join bounds

    )

    select
        '{{ segmentation }}' as segmentation,
        customer_id,
        '{{ model.model_id }}' as model_id,
        first_id as segment_id,
        distance,
        second_id as second_segment_id,
        second_distance,
        is_outlier
    from scored

    union all

    -- outside the population
    select
        '{{ segmentation }}',
        customer_id,
        '{{ model.model_id }}',
        0,
        cast(null as double),
        cast(null as int),
        cast(null as double),
        cast(null as boolean)
    from {{ customers }}
    where not {{ warehouse_segmentation.in_population(model.population) }} {{ asked }}
{% endmacro %}

{#- A population's predicate as a condition that is never NULL. It does not begin with a parenthesis:
    Spark would read `where (true)` after a table as an alias `where` with a column `true`. -#}
{% macro in_population(predicate) %}
  {{- return('coalesce((' ~ predicate ~ '), false)') -}}
{% endmacro %}

{#- Those of some models, {segmentation: model}, that can place today's customers. -#}
{% macro scorable_models(models) %}
  {%- set customers = ref('warehouse_segmentation', 'int_segmentation__customer_columns') -%}
  {%- set scorable = {} -%}
  {%- set known = adapter.get_columns_in_relation(customers) | map(attribute='name') | map('lower') | list if models else [] -%}
  {%- for segmentation, model in models.items() if warehouse_segmentation.can_score(model, known) -%}
    {%- do scorable.update({segmentation: model}) -%}
  {%- endfor -%}
  {{- return(scorable) -}}
{% endmacro %}

{#- Whether columns, `known` by their names in lower case, are everything that a model reads: its features, and the
    columns of its population. A word of the population that is neither a column, nor a function, nor an SQL keyword may
    be a column that is gone. -#}
{% macro can_score(model, known) %}
  {%- for column in model.columns if column.feature | lower not in known -%}
    {{- return(false) -}}
  {%- endfor -%}
  {%- set words = 'and or not in is null between like ilike rlike regexp similar to escape any some all true false unknown case when
        then else end cast as try_cast date time timestamp timestamptz interval at zone current_date current_timestamp second seconds
        minute minutes hour hours day days week weeks month months quarter quarters year years double float real bigint int integer
        smallint tinyint string varchar text char boolean bool decimal numeric distinct from' -%}
  {%- set bare = modules.re.sub("'[^']*'", ' ', model.population | string) -%}
  {%- set bare = modules.re.sub('[A-Za-z_][A-Za-z0-9_]*[ ]*[(]', '(', bare) -%}
  {#- a quoted name may have any character -#}
  {%- set names = modules.re.findall('"([^"]*)"|`([^`]*)`', bare) | map('join') | list -%}
  {%- set bare = modules.re.sub('"[^"]*"|`[^`]*`', ' ', bare) -%}
  {%- for word in names + modules.re.findall('[A-Za-z_][A-Za-z0-9_]*', bare) -%}
    {%- if word | lower not in known and (word in names or word | lower not in words.split()) -%}
      {{- return(false) -}}
    {%- endif -%}
  {%- endfor -%}
  {{- return(true) -}}
{% endmacro %}

{#- The segments that a model assigns to the sampled customers of a segmentation as they are today: rows of
    (customer_id, segment_id, is_outlier), without those outside its population. Empty where today's customers lack a
    feature of the model. -#}
{% macro place_sample(segmentation, model_id) %}
  {%- set sample = ref('warehouse_segmentation', 'int_segmentation__training_sample') -%}
  {%- set runs = ref('warehouse_segmentation', 'int_segmentation__model_runs') -%}
  {%- set models = warehouse_segmentation.models_of('select segmentation, model_id, spec from ' ~ runs ~ " where model_id = '" ~ model_id ~ "'") -%}
  {%- set models = warehouse_segmentation.scorable_models(models) -%}
  {%- if segmentation not in models -%}{{- return('') -}}{%- endif -%}
select
    customer_id,
    segment_id,
    is_outlier
from (
{{ warehouse_segmentation.score_customers(segmentation, models[segmentation],
    among='select customer_id from ' ~ sample ~ " where segmentation = '" ~ segmentation ~ "'") }}
) as placed
where segment_id > 0
{% endmacro %}

{#- A query for the segments that models other than the active ones assign today, one model per segmentation: rows of
    (segmentation, customer_id, model_id, segment_id). -#}
{% macro places_by(models) %}
with

{% for segmentation, model in models.items() -%}
scored_{{ loop.index }} as (

{{ warehouse_segmentation.score_customers(segmentation, model) }}

),

{% endfor -%}

stacked as (

    {%- for segmentation in models %}
    select
        segmentation,
        customer_id,
        model_id,
        segment_id
    from scored_{{ loop.index }}
    union all
    {%- endfor %}
    select
        cast(null as string) as segmentation,
        cast(null as string) as customer_id,
        cast(null as string) as model_id,
        cast(null as int) as segment_id
    where false

)

select
    cast(segmentation as string) as segmentation,
    cast(customer_id as string) as customer_id,
    cast(model_id as string) as model_id,
    cast(segment_id as int) as segment_id

from stacked
{% endmacro %}
