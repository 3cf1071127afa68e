{#- The ids, in lower case, that mean nobody, besides the words for a missing value. -#}
{% macro nobody_words() %}
  {{- return([
    'guest', 'guest checkout', 'anonymous', 'anon', 'no customer', 'walk-in', '00000000-0000-0000-0000-000000000000'
  ]) -}}
{% endmacro %}
