{#- The segmentations asked for, every default filled in and every value checked, in their order:
    [{name, description, population, features: [{name, kind, transform, impute, winsor, weight}], k_min, k_max, k_rule}].
    `kind` of an attribute is none here: its type is known when customer_attributes is built. -#}
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
