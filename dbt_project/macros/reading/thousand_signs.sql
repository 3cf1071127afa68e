{#- The signs that part thousands where `read` names one of them, as a class of characters; none without. Blanks
    are one family, and so are apostrophes. -#}
{% macro thousand_signs(sign) %}
  {{- return({',': '[,]', '.': '[.]', ' ': '[ ' ~ '\u00a0\u202f\u2009' ~ ']', "'": "['’‘´]"}.get(sign)) -}}
{% endmacro %}
