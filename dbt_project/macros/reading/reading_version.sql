{#- The version of what is made of a value: one more whenever a macro makes something else of the same input, so that
    what was kept is read anew. 1 is that of version 0.1.0. -#}
{% macro reading_version() %}
  {{- return(2) -}}
{% endmacro %}
