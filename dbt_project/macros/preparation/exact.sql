{#- A DOUBLE as a DECIMAL, because only sums of decimals are the same whatever the number of threads.
    Values beyond 1e18 would overflow a sum over ten million rows and count as unknown. -#}
{% macro exact(expression) %}
  {{- return('case when abs(' ~ expression ~ ') < 1e18 then cast(' ~ expression ~ ' as decimal(38, 12)) end') -}}
{% endmacro %}

{#- Like exact(), for a number from -1 to 1: a narrow decimal is summed in half the time. -#}
{% macro exact_unit(expression) %}
  {{- return('cast(' ~ expression ~ ' as decimal(18, 12))') -}}
{% endmacro %}
