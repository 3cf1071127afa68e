{#- The code of a currency, whatever its spelling. A text that is no known spelling comes back in upper case, a
    missing one as NULL. A sign that several currencies share gives the first of them. -#}
{% macro currency_code(expression) %}
  {%- set text = 'trim(cast(' ~ expression ~ ' as string))' -%}
  {%- set code_of = {} -%}
  {%- for code, spellings in warehouse_segmentation.currency_spellings().items() -%}
    {%- for spelling in spellings if spelling not in code_of -%}{%- do code_of.update({spelling: code}) -%}{%- endfor -%}
  {%- endfor -%}
  {%- set codes = code_of.values() | list -%}
  {%- set branches = [] -%}
  {%- for literal in warehouse_segmentation.text_literals(code_of) -%}
    {%- do branches.append('when ' ~ literal ~ " then '" ~ codes[loop.index0] ~ "'") -%}
  {%- endfor -%}
  {{- return('case when not ' ~ warehouse_segmentation.says_nothing(expression) ~ ' then coalesce(case lower(' ~ text ~ ') '
        ~ branches | join(' ') ~ ' end, upper(' ~ text ~ ')) end') -}}
{% endmacro %}
