{#- What an id says, besides the words for nothing, that is nobody's, lower case. -#}
{% macro nobody_words() %}
  {{- return([
    'guest', 'guest checkout', 'anonymous', 'anon', 'no customer', 'walk-in', '00000000-0000-0000-0000-000000000000'
  ]) -}}
{% endmacro %}
