{#- A share from 0 to 1 as whole percent for a sentence: '87 %'. -#}
{% macro percent_text(share) %}
  {{- return('cast(cast(round(100 * ' ~ share ~ ') as int) as string) || \' %\'') -}}
{% endmacro %}
