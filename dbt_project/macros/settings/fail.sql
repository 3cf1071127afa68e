{#- Stops with one sentence that names the variable. It only speaks when something is executed, so
    that a wrong setting fails this package's models and leaves the rest of a host's project alone. -#}
{% macro fail(variable, message) %}
  {%- if execute -%}
    {%- do exceptions.raise_compiler_error('Variable ' ~ variable ~ ' of warehouse_segmentation: ' ~ message ~ '.') -%}
  {%- endif -%}
{% endmacro %}
