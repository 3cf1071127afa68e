{#- A status in lower case, with blanks for underscores and hyphens and without what systems put before it; NULL
    where it says nothing. `text` is one that was read. -#}
{% macro conformed_status(text) %}
  {%- set plain = "trim(replace(replace(lower(" ~ text ~ "), '_', ' '), '-', ' '))" -%}
  {%- set branches = [] -%}
  {%- for prefix in warehouse_segmentation.status_prefixes() -%}
    {%- do branches.append('when ' ~ plain ~ " like '" ~ prefix ~ "%' then trim(substr(" ~ plain ~ ', ' ~ (prefix | length + 1) ~ '))') -%}
  {%- endfor -%}
  {{- return('case ' ~ branches | join(' ') ~ ' else ' ~ plain ~ ' end') -}}
{% endmacro %}
