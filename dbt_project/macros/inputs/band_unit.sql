{#- What a band's number is counted in: K are thousands, M millions; without either, as the other end says. -#}
{% macro band_unit(own, other) %}
  {{- return("case coalesce(nullif(" ~ own ~ ", ''), " ~ other
        ~ ") when 'k' then 1000 when 'thousand' then 1000 when 'm' then 1000000 when 'million' then 1000000 else 1 end") -}}
{% endmacro %}
