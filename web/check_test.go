package web_test

import "testing"

// testCheck asks as the hall does; what each state means has table tests in package selfcheck.
func testCheck(t *testing.T, db string) {
	h := houseAt(t, db)
	var report struct {
		At, State string
		Items     []struct {
			Name, State, Message string
			MessageEN            string `json:"message_en"`
			Figures              map[string]float64
		}
	}
	for _, user := range []string{"li", "zhang"} {
		h.as(user).get("/api/check").into(&report)
	}
	if report.At == "" || report.State == "" || len(report.Items) != 5 {
		t.Fatalf("%+v", report)
	}
	for _, item := range report.Items {
		if item.State == "" || item.Message == "" || item.MessageEN == "" || item.Message == item.MessageEN || item.Figures == nil {
			t.Errorf("%+v", item)
		}
		if item.Name == "database" && item.Figures["slowest_ms"] <= 0 {
			t.Errorf("no figures of the database: %+v", item)
		}
	}
	h.stranger().get("/api/check").refused(401, "unauthenticated")
}
