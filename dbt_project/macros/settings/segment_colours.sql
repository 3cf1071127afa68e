{#- The colours of segments in the order in which they are given, the same in every chart and tool. Tested to differ for
    people who see colours otherwise. After the eighth they come again; the last one here is that of nobody's segment. -#}
{% macro segment_colours() %}
  {{- return({
      'segments': ['#0072B2', '#E69F00', '#009E73', '#D55E00', '#CC79A7', '#56B4E9', '#F0E442', '#5F6673'],
      'others': '#C4C7CC',
  }) -}}
{% endmacro %}
