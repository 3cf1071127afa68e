{#- Every combination of the three scores, and the rule that decides it: the first by priority of those that
    fit, NULL where none does. `rules` is a relation, a CTE or a query in brackets. -#}
{% macro rfm_combinations(rules) %}
    select
        recency_score,
        frequency_score,
        monetary_score,
        priority,
        rfm_segment
    from (
        select
            combinations.recency_score,
            combinations.frequency_score,
            combinations.monetary_score,
            rules.priority,
            rules.rfm_segment,
            row_number() over (
                partition by combinations.recency_score, combinations.frequency_score, combinations.monetary_score
                order by rules.priority
            ) as place

        from (
            select recency_score, frequency_score, monetary_score
            from (values (1), (2), (3), (4), (5)) as recencies (recency_score)
            cross join (values (1), (2), (3), (4), (5)) as frequencies (frequency_score)
            cross join (values (1), (2), (3), (4), (5)) as monetaries (monetary_score)
        ) as combinations
        left join {{ rules }} as rules
            on combinations.recency_score between rules.recency_min and rules.recency_max
            and combinations.frequency_score between rules.frequency_min and rules.frequency_max
            and combinations.monetary_score between rules.monetary_min and rules.monetary_max
            and combinations.frequency_score + combinations.monetary_score
                between rules.frequency_monetary_min and rules.frequency_monetary_max
    ) as ranked
    where place = 1
{% endmacro %}
