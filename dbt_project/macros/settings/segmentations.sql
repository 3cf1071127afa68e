{#- The project's segmentations, with every default filled in and every value checked, in order: [{name, description,
    population, features: [{name, kind, transform, impute, winsor, weight}], k_min, k_max, k_rule}]. `kind` of an
    attribute is none here: its type is known when customer_attributes is built. -#}
{% macro segmentation_specs() %}
  {%- set asked = var('segmentations') -%}
  {%- set specs = [] -%}
  {%- if asked is not mapping or not asked -%}
    {%- do warehouse_segmentation.fail('segmentations', 'must be a mapping with at least one segmentation') -%}
    {{- return(specs) -}}
  {%- endif -%}
  {%- for name, config in asked.items() -%}
    {%- set variable = 'segmentations.' ~ name -%}
    {%- if not modules.re.match('^[a-z][a-z0-9_]{0,39}$', name) or name == 'customer_id' -%}
      {%- do warehouse_segmentation.fail(variable, 'a name is lower-case letters, digits and underscores, begins with a letter, has up to 40 characters and is not customer_id') -%}
    {%- endif -%}
    {%- if config is not mapping -%}
      {%- do warehouse_segmentation.fail(variable, 'must be a mapping with features') -%}
    {%- else -%}
      {%- for key in config if key not in ['description', 'population', 'features', 'k'] -%}
        {%- do warehouse_segmentation.fail(variable ~ '.' ~ key, 'is not known; a segmentation has description, population, features and k') -%}
      {%- endfor -%}
      {%- if config.get('population', 'true') is not string -%}
        {%- do warehouse_segmentation.fail(variable ~ '.population', "must be a SQL condition such as 'orders > 0', not " ~ config.population) -%}
      {%- endif -%}
      {%- set k_range = warehouse_segmentation.k_range(config.get('k'), variable ~ '.k') -%}
      {%- do specs.append({
            'name': name,
            'description': config.get('description') or name,
            'population': config.get('population') or 'true',
            'features': warehouse_segmentation.feature_specs(config.get('features'), variable ~ '.features'),
            'k_min': k_range[0], 'k_max': k_range[1], 'k_rule': k_range[2]}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(specs) -}}
{% endmacro %}

{#- segmentation_specs() with the kind of every attribute found out in the warehouse. -#}
{% macro training_specs() %}
  {%- set kinds = warehouse_segmentation.attribute_kinds() -%}
  {%- set all_known = warehouse_segmentation.given_features() | rejectattr('is_known') | list | length == 0 -%}
  {%- set specs = warehouse_segmentation.segmentation_specs() -%}
  {%- for spec in specs -%}
    {%- set variable = 'segmentations.' ~ spec.name ~ '.features' -%}
    {%- for feature in spec.features if feature.kind is none -%}
      {%- if feature.name not in kinds and all_known -%}
        {%- do warehouse_segmentation.fail(variable ~ '[' ~ spec.features.index(feature) ~ ']', "there is no feature '" ~ feature.name ~ "'; there are "
              ~ (warehouse_segmentation.feature_definitions() | map(attribute='name') | list + kinds.keys() | list) | join(', ')) -%}
      {%- endif -%}
      {%- set kind = kinds.get(feature.name, 'numeric') -%}
      {%- if kind == 'other' -%}
        {%- do warehouse_segmentation.fail(variable, "'" ~ feature.name
              ~ "' is neither a number nor a text; map an expression of it, such as a number of days") -%}
      {%- endif -%}
      {%- if kind == 'category' and feature.transform != 'none' -%}
        {%- do warehouse_segmentation.fail(variable, "'" ~ feature.name ~ "' is a category, which takes no transform") -%}
      {%- endif -%}
      {%- do feature.update({'kind': kind}) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{- return(specs) -}}
{% endmacro %}

{#- The canonical text of a segmentation's settings, kept with every model that was fitted from it. -#}
{% macro spec_json(spec) %}
  {{- return(tojson(
    {'name': spec.name, 'population': spec.population, 'features': spec.features, 'k_min': spec.k_min, 'k_max': spec.k_max, 'k_rule': spec.k_rule,
     'seed': var('seed'), 'sample_size': var('sample_size')}, sort_keys=true)) -}}
{% endmacro %}

{#- Fails with one sentence when the relation of a project's own segment names cannot be used. -#}
{% macro check_segment_names() %}
  {%- set config = var('segment_names', none) -%}
  {%- if execute and config is not none -%}
    {%- set relation = warehouse_segmentation.relation_of(config, 'segment_names') -%}
    {%- for key in config if key not in ['ref', 'source', 'relation'] -%}
      {%- do warehouse_segmentation.fail('segment_names.' ~ key, 'is not known here; use ref, source or relation') -%}
    {%- endfor -%}
    {%- if not warehouse_segmentation.relation_is_missing(relation) -%}
      {%- set present = warehouse_segmentation.query_columns('select * from ' ~ relation) | map(attribute='name') | map('lower') | list -%}
      {%- for name in ['segmentation', 'segment_id', 'segment_name'] if name not in present -%}
        {%- do warehouse_segmentation.fail('segment_names', relation ~ " has no column '" ~ name ~ "'; it has " ~ present | join(', ')) -%}
      {%- endfor -%}
      {%- do warehouse_segmentation.check_named_segments(relation) -%}
    {%- elif 'ref' not in config -%}
      {%- do warehouse_segmentation.fail('segment_names', 'the relation ' ~ relation ~ ' does not exist; load it or correct the variable') -%}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}

{#- What is wrong with a relation of segment names: rows of (segmentation, segment_id, problem). NULL is not a name. -#}
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

{#- Fails with one sentence where a relation of segment names has a name for a segment that no model ever had, or two
    names for one segment: the first would be ignored silently, and the second would be ambiguous. Before the first
    fit nothing is known. -#}
{% macro check_named_segments(relation) %}
  {%- for row in run_query('select * from (' ~ warehouse_segmentation.wrong_segment_names(relation) ~ ') as wrong order by segmentation, segment_id').rows -%}
    {%- do warehouse_segmentation.fail('segment_names', row[2]) -%}
  {%- endfor -%}
{% endmacro %}
