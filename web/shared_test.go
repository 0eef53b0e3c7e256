package web_test

import (
	"testing"

	"muster/internal/pglocal/pgtest"
)

// TestReading runs what changes nothing but logins: all on one database, because each costs time, and each with a server of its
// own.
func TestReading(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	for name, test := range map[string]func(*testing.T, string){
		"Preview":                           testPreview,
		"ASchedulesRefusalNamesWhatIsWrong": testASchedulesRefusalNamesWhatIsWrong,
		"UnknownThings":                     testUnknownThings,
		"BodiesThatAreNone":                 testBodiesThatAreNone,
		"SecurityHeaders":                   testSecurityHeaders,
		"Metrics":                           testMetrics,
		"Pages":                             testPages,
		"AssetsStay":                        testAssetsStay,
		"Health":                            testHealth,
		"TheDescriptionIsServed":            testTheDescriptionIsServed,
		"LoginAndLogout":                    testLoginAndLogout,
		"LoginRefuses":                      testLoginRefuses,
		"Cookie":                            testCookie,
		"ALoginGetsANewCookie":              testALoginGetsANewCookie,
		"SampleUsersStayOnThisMachine":      testSampleUsersStayOnThisMachine,
		"TokensOfARehearsal":                testTokensOfARehearsal,
		"GuessingIsLimited":                 testGuessingIsLimited,
		"EveryDownloadAsksForItsRole":       testEveryDownloadAsksForItsRole,
		"CACertificate":                     testCACertificate,
		"DutyRefusals":                      testDutyRefusals,
		"Check":                             testCheck,
		"WhatWasFoundBeforeACall":           testWhatWasFoundBeforeACall,
		"CalendarRefusals":                  testCalendarRefusals,
		"ADatabaseThatIsAway":               testADatabaseThatIsAway,
	} {
		t.Run(name, func(t *testing.T) { test(t, url) })
	}
}

// TestNovember asks for what the sessions of journal_test.go add up to.
func TestNovember(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	november(t, houseAt(t, url))
	for name, test := range map[string]func(*testing.T, string){
		"AttendanceOfADayAndASession": testAttendanceOfADayAndASession,
		"AttendanceOfAUnitAndAMonth":  testAttendanceOfAUnitAndAMonth,
		"SessionsAndTurns":            testSessionsAndTurns,
		"BadSpans":                    testBadSpans,
		"DayCSV":                      testDayCSV,
		"UnitAndMonthCSV":             testUnitAndMonthCSV,
	} {
		t.Run(name, func(t *testing.T) { test(t, url) })
	}
}
