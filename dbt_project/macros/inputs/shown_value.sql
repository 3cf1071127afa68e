{#- A value for people, from its text: numbers without trailing zeros, midnight as the date alone. -#}
{% macro shown_value(expression, kind) %}
  {%- if kind == 'number' -%}
    {%- set text = 'coalesce(cast(try_cast(' ~ expression ~ ' as decimal(38, 10)) as string), cast(' ~ expression ~ ' as string))' -%}
    {{- return("case when " ~ text ~ " like '%.%' then regexp_replace(" ~ text ~ ", '[.]?0+$', '') else " ~ text ~ ' end') -}}
  {%- elif kind == 'moment' -%}
    {{- return('case when cast(cast(' ~ expression ~ ' as date) as timestamp) = ' ~ expression ~ ' then cast(cast(' ~ expression
          ~ ' as date) as string) else cast(' ~ expression ~ ' as string) end') -}}
  {%- endif -%}
  {{- return('cast(' ~ expression ~ ' as string)') -}}
{% endmacro %}
