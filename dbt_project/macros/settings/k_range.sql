{#- How many segments: [smallest, largest, rule] from {min, max, rule}, one number, or none for 3 to 10. -#}
{% macro k_range(k, variable) %}
  {%- set config = {'min': k, 'max': k} if k is integer and k is not boolean else (k if k is mapping else {}) -%}
  {%- if k is not none and k is not mapping and not config -%}
    {%- do warehouse_segmentation.fail(variable, 'must be a whole number from 1 to 50 or {min, max, rule}, not ' ~ k) -%}
  {%- endif -%}
  {%- for key in config if key not in ['min', 'max', 'rule'] -%}
    {%- do warehouse_segmentation.fail(variable ~ '.' ~ key, 'is not known; k is a number or has min, max and rule') -%}
  {%- endfor -%}
  {%- set range = [config.get('min', 3), config.get('max', 10)] -%}
  {%- for value in range -%}
    {%- if value is not integer or value is boolean or value < 1 or value > 50 -%}
      {%- do warehouse_segmentation.fail(variable, 'must be a whole number from 1 to 50 or {min, max, rule} with such, not ' ~ k) -%}
      {{- return([3, 10, 'auto']) -}}
    {%- endif -%}
  {%- endfor -%}
  {%- if range[0] > range[1] -%}
    {%- do warehouse_segmentation.fail(variable, 'has a min of ' ~ range[0] ~ ' above its max of ' ~ range[1] ~ ' (where not given they are 3 and 10)') -%}
  {%- endif -%}
  {%- set rules = ['auto', 'silhouette', 'elbow', 'davies_bouldin', 'stability'] -%}
  {%- if config.get('rule', 'auto') not in rules -%}
    {%- do warehouse_segmentation.fail(variable ~ '.rule', 'must be one of ' ~ rules | join(', ') ~ ", not '" ~ config.rule ~ "'") -%}
  {%- endif -%}
  {{- return(range + [config.get('rule', 'auto')]) -}}
{% endmacro %}
