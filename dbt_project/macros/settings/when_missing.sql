{#- What a segmentation does with customers without a value of a feature, in words; empty where every customer
    has one. `feature` is {kind, lacked_by, instead}, of which the last two may be absent. -#}
{% macro when_missing(feature) %}
  {%- if feature.kind == 'category' -%}
    {{- return('A missing value is a level of its own.') -}}
  {%- elif feature.kind == 'numeric' and (feature.lacked_by or feature.may_be_missing) -%}
    {{- return(('Missing for ' ~ feature.lacked_by ~ '. ' if feature.lacked_by else '')
          ~ 'A segmentation gives those without a value the median of the others, which its verdict does not take for a group'
          ~ ('; ' ~ feature.instead if feature.instead else '') ~ '.') -}}
  {%- endif -%}
  {{- return('') -}}
{% endmacro %}
