{#- The size of the standard normal deviate that is as improbable as Student's t with some degrees of
    freedom (Wallace 1959). At t = 3 the probability is right to 3 % from 3 degrees of freedom on, to
    0.1 % from 30. -#}
{% macro t_deviate(t, degrees_of_freedom) %}
  {{- return('sqrt(' ~ degrees_of_freedom ~ ' * ln(1 + ' ~ t ~ ' * ' ~ t ~ ' / ' ~ degrees_of_freedom ~ ')) * (8 * ' ~ degrees_of_freedom
        ~ ' + 1) / (8 * ' ~ degrees_of_freedom ~ ' + 3)') -}}
{% endmacro %}
