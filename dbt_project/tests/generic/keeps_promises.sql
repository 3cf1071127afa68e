{#- The keys and rules of a model in one test, because dbt compiles each test separately; see `broken_promises`. -#}
{% test keeps_promises(model, keys=[], rules=[], where=none) %}

{{ warehouse_segmentation.broken_promises(model, keys=keys, rules=rules, where=where) }}

{% endtest %}
