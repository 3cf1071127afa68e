{#- Whether an example of a mapped column may show its shape alone: ids, free text, and what its name takes for
    the name, the address or another way to reach somebody. -#}
{% macro is_confidential(name, expression, kind) %}
  {%- set told = (name ~ ' ' ~ expression) | lower -%}
  {{- return(kind in ['id', 'text'] or modules.re.search('mail|phone|(^|[^a-z])tel|mobil|(^|[^a-z])fax|iban|address|adress|street|stra(ss|ß)e|(post|zip|plz)|(first|last|full|sur|family|user|nick|vor|nach)[ _-]?name|contact', told) is not none) -}}
{% endmacro %}
