{#- What a rule of rfm_rules may bound: score -> [smallest, largest] value it takes. frequency_monetary is
    the sum of the frequency and the monetary score. -#}
{% macro rfm_bounds() %}
  {{- return({'recency': [1, 5], 'frequency': [1, 5], 'monetary': [1, 5], 'frequency_monetary': [2, 10]}) -}}
{% endmacro %}
