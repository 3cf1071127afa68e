{#- What a candidate must not do to become active by itself, every default filled in. A wrong value stops with one
    sentence. -#}
{% macro promotion_guards() %}
  {%- set defaults = {'movers': 0.25, 'smallest_segment': 0.01, 'silhouette_lost': 0.05, 'stability_lost': 0.1,
                      'k_changed': true, 'verdict_worse': true, 'by_hand': false} -%}
  {%- set asked = var('promotion', none) -%}
  {%- if asked is none -%}{{- return(defaults) -}}{%- endif -%}
  {%- if asked is not mapping -%}
    {%- do warehouse_segmentation.fail('promotion', 'must be a mapping such as {movers: 0.25}, or null, not ' ~ asked) -%}
    {{- return(defaults) -}}
  {%- endif -%}
  {%- set guards = {} -%}
  {%- do guards.update(defaults) -%}
  {%- for name, value in asked.items() -%}
    {%- if name not in defaults -%}
      {%- do warehouse_segmentation.fail('promotion.' ~ name, 'is not known; the guards are ' ~ defaults.keys() | join(', ')) -%}
    {%- elif defaults[name] is boolean and value is not boolean -%}
      {%- do warehouse_segmentation.fail('promotion.' ~ name, 'must be true or false, not ' ~ value) -%}
    {%- elif defaults[name] is not boolean and value is not none and (value is not number or value is boolean or value < 0 or value > 1) -%}
      {%- do warehouse_segmentation.fail('promotion.' ~ name, 'must be a number from 0 to 1, or null, not ' ~ value) -%}
    {%- endif -%}
    {%- do guards.update({name: value}) -%}
  {%- endfor -%}
  {{- return(guards) -}}
{% endmacro %}
