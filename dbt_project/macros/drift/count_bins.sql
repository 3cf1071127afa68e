{#- How many customers of a segmentation's population are in each bin of its model today, beside the share that
    was there at the fit: rows of (segmentation, model_id, feature, expected_share, customers,
    population_customers). One pass over the customers for all bins. -#}
{% macro count_bins(segmentation, model, bins) %}
    with

    counted as (

        select
            count(*) as population_customers
            {%- for bin in bins %},
            {%- set siblings = bins | selectattr('feature', 'equalto', bin.feature) | list %}
            count(case when {{ warehouse_segmentation.in_bin(bin, siblings) }} then 1 end) as customers_{{ bin.position }}
            {%- endfor %}

        from {{ ref('warehouse_segmentation', 'int_segmentation__customer_columns') }}
        where {{ warehouse_segmentation.in_population(model.population) }}

    )

    {%- for bin in bins %}
    select
        '{{ segmentation }}' as segmentation,
        '{{ model.model_id }}' as model_id,
        {{ warehouse_segmentation.text_literal(bin.feature) }} as feature,
        cast('{{ bin.share }}' as double) as expected_share,
        customers_{{ bin.position }} as customers,
        population_customers
    from counted
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
