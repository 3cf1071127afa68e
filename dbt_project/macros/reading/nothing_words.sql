{#- The words for a missing value, in lower case, the empty text included. One list for ids, texts, numbers and
    dates, here and in Python (segment/mapping). -#}
{% macro nothing_words() %}
  {{- return([
    '', 'nan', 'null', 'none', 'nil', 'na', 'n/a', '#n/a', '#na', '<na>', 'nat', '-', '--', '?', 'unknown', 'undefined',
    'not available', 'not set', '(not set)', '(none)', '(blank)', 'missing', '\\n'
  ]) -}}
{% endmacro %}
