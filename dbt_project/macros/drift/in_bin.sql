{#- Whether a customer is in a bin of a feature; `bins` are all of that feature. -#}
{% macro in_bin(bin, bins) %}
  {%- set is_category = bins | selectattr('kind', 'in', ['level', 'other']) | list | length > 0 -%}
  {%- set value = warehouse_segmentation.feature_value(bin.feature, 'category' if is_category else 'numeric') -%}
  {%- if bin.kind == 'missing' -%}
    {{- return(value ~ ' is null') -}}
  {%- elif bin.kind == 'level' -%}
    {{- return(value ~ ' = ' ~ warehouse_segmentation.text_literal(bin.level)) -}}
  {%- elif bin.kind == 'other' -%}
    {%- set conditions = [] -%}
    {%- for sibling in bins if sibling.kind == 'level' -%}
      {%- do conditions.append(value ~ ' <> ' ~ warehouse_segmentation.text_literal(sibling.level)) -%}
    {%- endfor -%}
    {%- set has_missing = bins | selectattr('kind', 'equalto', 'missing') | list | length > 0 -%}
    {%- set known = conditions | join(' and ') or value ~ ' is not null' -%}
    {{- return(known if has_missing else '(' ~ known ~ ' or ' ~ value ~ ' is null)') -}}
  {%- endif -%}
  {%- set conditions = [] -%}
  {%- if bin.lower is not none -%}{%- do conditions.append(value ~ " > cast('" ~ bin.lower ~ "' as double)") -%}{%- endif -%}
  {%- if bin.upper is not none -%}{%- do conditions.append(value ~ " <= cast('" ~ bin.upper ~ "' as double)") -%}{%- endif -%}
  {{- return(conditions | join(' and ') or value ~ ' is not null') -}}
{% endmacro %}
