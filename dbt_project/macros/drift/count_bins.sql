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

    ),

    bins as (

        select * from (values
            {%- for bin in bins %}
            ({{ bin.position }}, {{ warehouse_segmentation.text_literal(bin.feature) }}, cast('{{ bin.share }}' as double)){{ ',' if not loop.last }}
            {%- endfor %}
        ) as bins (position, feature, expected_share)

    )

    select
        '{{ segmentation }}' as segmentation,
        '{{ model.model_id }}' as model_id,
        bins.feature,
        bins.expected_share,
        {{- warehouse_segmentation.of_position('customers', bins | map(attribute='position') | list) }} as customers,
        counted.population_customers

    from counted
    cross join bins
{% endmacro %}
