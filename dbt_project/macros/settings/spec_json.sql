{#- The canonical text of a segmentation's settings, kept with every model that was fitted from it. -#}
{% macro spec_json(spec) %}
  {{- return(tojson(
    {'name': spec.name, 'population': spec.population, 'features': spec.features, 'k_min': spec.k_min, 'k_max': spec.k_max, 'k_rule': spec.k_rule,
     'seed': var('seed'), 'sample_size': var('sample_size')}, sort_keys=true)) -}}
{% endmacro %}
