from ParaspinalFatLib.study.methods_text import Done, methods_text


def test_the_text_says_what_was_done_and_only_that():
    text = methods_text(Done(100, "spearman", ["age", "sex"]))
    assert "Partial Spearman correlations given age, sex" in text
    assert "not imputed" in text
    assert "Mediation" not in text
    assert "Reference values" not in text


def test_mediation_is_not_called_causal():
    assert "not causal" in methods_text(Done(100, "pearson", [], 5000))
