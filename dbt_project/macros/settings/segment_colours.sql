{#- The colours of segments in order, the same in every chart and tool; people with the common kinds of colour blindness
    can tell them apart. After the eighth they repeat. `others` is for segment 0 and retired segments. -#}
{% macro segment_colours() %}
  {{- return({
      'segments': ['#0072B2', '#E69F00', '#009E73', '#D55E00', '#CC79A7', '#56B4E9', '#F0E442', '#5F6673'],
      'others': '#C4C7CC',
  }) -}}
{% endmacro %}
