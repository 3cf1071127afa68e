{#- The version of the registry's tables. The Python package writes it and refuses another one. -#}
{% macro registry_schema_version() %}{{ return(4) }}{% endmacro %}
