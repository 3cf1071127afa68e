{#- The smallest of the squared distances; an engine's least() wants two arguments or more. -#}
{% macro smallest_of(ids) %}
  {%- if ids | length == 1 -%}
    {{- return('d_' ~ ids[0]) -}}
  {%- endif -%}
  {{- return('least(d_' ~ ids | join(', d_') ~ ')') -}}
{% endmacro %}
