{#- A model's own promises: see the macro `broken_promises`. One test for them all, since dbt prepares each test anew. -#}
{% test keeps_promises(model, keys=[], rules=[], where=none) %}

{{ warehouse_segmentation.broken_promises(model, keys=keys, rules=rules, where=where) }}

{% endtest %}
